"""Complaint mails written by hand, with each field's words marked: what the model learns from, and is measured by.

`held-out/` is by a hand that wrote none of the rest, and is never trained on.
"""
