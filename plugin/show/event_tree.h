/* event_tree.h
 * The statistics tree "Naver Phone Events": how often what happened, leg by leg
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NAVERPHONE_EVENT_TREE_H
#define NAVERPHONE_EVENT_TREE_H

/** Registers tshark's -z naverphone,tree, which is Wireshark's Statistics, Naver Phone Events. */
void np_event_tree_register(void);

#endif /* NAVERPHONE_EVENT_TREE_H */
