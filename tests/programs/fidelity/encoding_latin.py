# -*- coding: latin-1 -*-
print("grün", ascii("grün"))
1/0 # grün
