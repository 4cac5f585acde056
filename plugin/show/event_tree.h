/* event_tree.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_EVENT_TREE_H
#define NAVERPHONE_EVENT_TREE_H

/** Registers Statistics → Naver Phone Events, -z naverphone,tree: event counts by leg. */
void np_event_tree_register(void);

#endif /* NAVERPHONE_EVENT_TREE_H */
