"""Waits for functions behind objects of many kinds, and calls what stands at their names."""

import stand_ins_module as module

for _ in range(2):
    module.in_dict(1), module.in_slot(1), module.in_class(1)
    module.made_later(1), module.alias(1), module.made_before(1)
    module.Holder().method(1), module.dispatched(1), module.dispatched("text")
