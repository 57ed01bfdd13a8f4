"""Which complaints are alike: the same kind of defect, the same or a similar model, the same batch. Pure."""
