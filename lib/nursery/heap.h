/*
 * heap.h - the heap that a zygote's children start with.
 *
 * A page fault is the dearest thing that a short-lived child does: on a
 * virtual machine it costs as much as hashing 30 KiB.  So the zygote lays
 * out its heap such that children take memory in huge pages of 2 MiB
 * (transparent ones; where the kernel has none, in ordinary pages), and give
 * nothing back before they end.
 */
#ifndef SEKISHO_NURSERY_HEAP_H
#define SEKISHO_NURSERY_HEAP_H

/* Once, after all allocations of the zygote itself.  Touches none of the pages that it sets aside. */
void heap_lay_out(void);

#endif
