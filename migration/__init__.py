"""Room: migration."""
