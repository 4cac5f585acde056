/* fuzz_dissectors.c
 * Fuzzes all dissectors of libwireshark in one process, with the plugin from WIRESHARK_PLUGIN_DIR, as in tshark
 *
 * The input is a list of Ethernet frames, each with its big-endian length of two bytes, 20 ms apart. Like in the window,
 * it is read in two passes with all labels, conversation filters and a listener to the tap voip, and then closed. With
 * WITHOUT_PLUGIN in the environment, the plugin is left out for comparison. For libwireshark 4.0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include <epan/column-info.h>
#include <epan/column.h>
#include <epan/conversation_filter.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/frame_data.h>
#include <epan/prefs.h>
#include <epan/proto.h>
#include <epan/tap.h>
#include <epan/timestamp.h>
#include <epan/tvbuff.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/report_message.h>
#include <wsutil/wslog.h>

#define MOST_FRAMES 256
#define FIRST_TIME 1194224400 /* 5 November 2007, while the service existed */
#define FRAME_TIME 20000000   /* nanoseconds between frames */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

typedef struct {
    const uint8_t *bytes;
    unsigned length;
    wtap_rec record;
    frame_data data;
} frame_t;

static frame_t frames[MOST_FRAMES];
static unsigned frame_count;
static column_info columns;

static const nstime_t *
time_of_frame(struct packet_provider_data *provider, guint32 number)
{
    (void)provider;
    return number && number <= frame_count ? &frames[number - 1].data.abs_ts : NULL;
}

static void
say(const char *format, va_list arguments)
{
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

static void
ignore_problem(const char *a, int b)
{
    (void)a;
    (void)b;
}

static void
ignore_open_problem(const char *a, int b, gboolean c)
{
    (void)a;
    (void)b;
    (void)c;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const struct report_message_routines messages = { .vreport_failure = say,
                                                             .vreport_warning = say,
                                                             .report_open_failure = ignore_open_problem,
                                                             .report_read_failure = ignore_problem,
                                                             .report_write_failure = ignore_problem };
    e_prefs *preferences;

    (void)argc;
    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", FALSE);
    ws_log_init("fuzz_dissectors", NULL);
    init_process_policies();
    g_free(configuration_init((*argv)[0], NULL));
    init_report_message("fuzz_dissectors", &messages);
    timestamp_set_type(TS_RELATIVE);
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
    wtap_init(TRUE);
    if (!epan_init(NULL, NULL, TRUE)
        || (!g_getenv("WITHOUT_PLUGIN") && proto_get_id_by_filter_name("naverphone") < 0)) {
        fprintf(stderr, "fuzz_dissectors: the plugin was not loaded from WIRESHARK_PLUGIN_DIR\n");
        exit(EXIT_FAILURE);
    }
    preferences = epan_load_settings();
    prefs_apply_all();
    build_column_format_array(&columns, preferences->num_cols, TRUE);
    return 0;
}

static tap_packet_status
hear(void *tapdata, packet_info *pinfo, epan_dissect_t *dissection, const void *data, tap_flags_t flags)
{
    (void)tapdata;
    (void)pinfo;
    (void)dissection;
    (void)data;
    (void)flags;
    return TAP_PACKET_DONT_REDRAW;
}

/* Splits the input into frames. */
static void
read_frames(const uint8_t *bytes, size_t length)
{
    frame_count = 0;
    while (length > 2 && frame_count < MOST_FRAMES) {
        frame_t *frame = &frames[frame_count];
        size_t size = (size_t)bytes[0] << 8 | bytes[1];
        guint64 time = (guint64)frame_count * FRAME_TIME;

        size = MIN(size, length - 2);
        *frame = (frame_t){ .bytes = bytes + 2, .length = (unsigned)size };
        frame->record.rec_type = REC_TYPE_PACKET;
        frame->record.presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN;
        frame->record.ts.secs = FIRST_TIME + (time_t)(time / 1000000000);
        frame->record.ts.nsecs = (int)(time % 1000000000);
        frame->record.rec_header.packet_header.caplen = frame->record.rec_header.packet_header.len = (guint32)size;
        frame->record.rec_header.packet_header.pkt_encap = WTAP_ENCAP_ETHERNET;
        frame_data_init(&frame->data, ++frame_count, &frame->record, 0, 0);
        bytes += 2 + size;
        length -= 2 + size;
    }
}

static void
write_labels(proto_node *node, gpointer unused)
{
    gchar label[ITEM_LABEL_LENGTH];

    (void)unused;
    if (node->finfo)
        proto_item_fill_label(node->finfo, label);
    proto_tree_children_foreach(node, write_labels, NULL);
}

static void
build_filters(packet_info *pinfo)
{
    for (const GList *each = packet_conv_filter_list; each; each = each->next) {
        const conversation_filter_t *filter = (const conversation_filter_t *)each->data;

        if (filter->is_filter_valid(pinfo))
            g_free(filter->build_filter_string(pinfo));
    }
}

static void
dissect_all(epan_t *session)
{
    const frame_data *reference = NULL;
    guint32 bytes_so_far = 0;

    for (unsigned i = 0; i < frame_count; i++) {
        frame_t *frame = &frames[i];
        epan_dissect_t *dissection = epan_dissect_new(session, TRUE, TRUE);

        frame_data_set_before_dissect(&frame->data, &(nstime_t){ 0 }, &reference, i ? &frames[i - 1].data : NULL);
        epan_dissect_run_with_taps(dissection, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &frame->record,
                                   tvb_new_real_data(frame->bytes, frame->length, (gint)frame->length), &frame->data,
                                   &columns);
        epan_dissect_fill_in_columns(dissection, FALSE, TRUE);
        proto_tree_children_foreach(dissection->tree, write_labels, NULL);
        build_filters(&dissection->pi);
        frame_data_set_after_dissect(&frame->data, &bytes_so_far);
        epan_dissect_free(dissection);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct packet_provider_funcs provider = { .get_frame_ts = time_of_frame };
    epan_t *session;

    read_frames(bytes, length);
    register_tap_listener("voip", frames, NULL, 0, NULL, hear, NULL, NULL);
    session = epan_new(NULL, &provider);
    dissect_all(session);
    dissect_all(session);
    remove_tap_listener(frames);
    epan_free(session);
    for (unsigned i = 0; i < frame_count; i++)
        frame_data_destroy(&frames[i].data);
    return 0;
}
