# Bytes that are no UTF-8.
print("grün")
