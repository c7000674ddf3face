"""漏单检测: what may be missing, and how fast arrivals are dealt with."""
