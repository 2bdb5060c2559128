"""What would become of many images: in which order, into which version, at which cost. Reads nothing from Azure."""
