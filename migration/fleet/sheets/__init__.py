"""The rows of a fleet as a CSV file that people edit in a spreadsheet, and that comes back. Knows no Azure."""
