"""What a query asks for: its filter, the range of keys it can be in, and its pages. Knows no HTTP and no tables."""
