"""The approval page behind a link: one file for each thing it does. The API is next door."""
