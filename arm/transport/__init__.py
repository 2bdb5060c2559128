"""What every call on Resource Manager needs: the way there, its errors, reading answers. Knows no kind of resource."""
