"""What plans ask of Azure: each for itself, or one time for many. Judges nothing."""
