/* plugin.c
 * Entry points for the plugin loader
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#define WS_BUILD_DLL /* exports the symbols below on Windows */

#include "compat.h"

#include <epan/proto.h>

void proto_register_naverphone(void);
void proto_reg_handoff_naverphone(void);

WS_DLL_PUBLIC_DEF const char plugin_version[] = NAVERPHONE_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

void
plugin_register(void)
{
    static proto_plugin naverphone;

    naverphone.register_protoinfo = proto_register_naverphone;
    naverphone.register_handoff = proto_reg_handoff_naverphone;
    proto_register_plugin(&naverphone);
}

/* from Wireshark 4.4 */
uint32_t
plugin_describe(void)
{
    return NP_PLUGIN_DISSECTOR;
}
