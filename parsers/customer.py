from parsers.types import Customer
def customer_of(views, envelope, ours):
    return Customer()
