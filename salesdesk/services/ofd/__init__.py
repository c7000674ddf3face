"""OFD (GB/T 33190): its package, its pages, its seals, and its way onto paper."""
