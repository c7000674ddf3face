"""What may have been missed: numbers with holes, customers past their rhythm; and how fast arrivals are dealt with."""
