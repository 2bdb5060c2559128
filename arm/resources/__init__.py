"""One kind of resource a file: read, listed, written. What takes several kinds together is no business of theirs."""
