/* SPDX-License-Identifier: GPL-2.0-only */
/* A private interval tree of spans. */
#ifndef SECMMU_DEVICE_SPANTREE_H
#define SECMMU_DEVICE_SPANTREE_H

#include <linux/interval_tree.h>
#include <linux/rbtree.h>
#include "span.h"

/* A span in such a tree; a variant's own span begins with it. Under the device lock. */
struct tree_span {
	struct secmmu_span span;
	struct interval_tree_node node;
};

static inline struct tree_span *tree_span_of(struct secmmu_span *span)
{
	return container_of(span, struct tree_span, span);
}

static inline struct tree_span *tree_span_of_node(struct interval_tree_node *node)
{
	return node ? container_of(node, struct tree_span, node) : NULL;
}

static inline void spantree_insert(struct rb_root_cached *root, struct secmmu_span *span)
{
	struct tree_span *own = tree_span_of(span);

	own->node.start = span->start;
	own->node.last = span->last;
	interval_tree_insert(&own->node, root);
}

static inline void spantree_remove(struct rb_root_cached *root, struct secmmu_span *span)
{
	interval_tree_remove(&tree_span_of(span)->node, root);
}

/* The spans of @root that overlap the bytes @first to @last, one after the other. */
#define spantree_for_each(pos, root, first, last)						\
	for ((pos) = tree_span_of_node(interval_tree_iter_first((root), (first), (last)));	\
	     (pos);										\
	     (pos) = tree_span_of_node(interval_tree_iter_next(&(pos)->node, (first), (last))))

#endif
