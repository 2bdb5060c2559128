"""What would become of many images, were they begun now. Writes nothing and starts nothing."""
