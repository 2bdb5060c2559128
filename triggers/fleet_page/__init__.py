"""The page on which a fleet is approved, image by image, behind a link of one's own. Only its POST decides."""
