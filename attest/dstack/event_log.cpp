#include "pramana/attest/dstack_event_log.hpp"

#include "dstack/canonical_json.hpp"
#include "sha384.hpp"

#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <limits>

namespace pramana::attest {

namespace {

constexpr std::size_t kDepthMax = 8;
constexpr std::uint32_t kRegisterMax = 3;

Error malformed(std::string_view site) { return Error{Errc::kEvidenceMalformed, site}; }

Result<std::uint32_t> number_of(const JsonView& entry, std::string_view name) {
    const std::optional<JsonView> value = entry.member(name);
    if (!value) return malformed("attest.dstack.log.member");
    const Result<std::uint64_t> number = value->whole_number();
    if (!number || *number > std::numeric_limits<std::uint32_t>::max())
        return malformed("attest.dstack.log.number");
    return static_cast<std::uint32_t>(*number);
}

/// The content of a string of hex; empty when the member is absent.
Result<Bytes> bytes_of(const JsonView& entry, std::string_view name) {
    const std::optional<JsonView> value = entry.member(name);
    if (!value || value->kind() == JsonKind::kNull) return Bytes{};
    const Result<std::string> text = value->text();
    if (!text || text->starts_with("0x")) return malformed("attest.dstack.log.hex");
    Result<Bytes> raw = from_hex(*text);
    if (!raw) return malformed("attest.dstack.log.hex");
    return raw;
}

Status read_digest(const JsonView& entry, DstackEvent& out) {
    const Result<Bytes> raw = bytes_of(entry, "digest");
    if (!raw) return raw.error();
    if (raw->empty()) return Done{};
    const Result<Hash48> digest = fixed_from_bytes<Hash48>(*raw);
    if (!digest) return malformed("attest.dstack.log.digest");
    out.digest = *digest;
    return Done{};
}

Status read_form(const JsonView& entry, DstackEvent& out) {
    if (entry.member("version")) {
        const Result<std::uint32_t> version = number_of(entry, "version");
        if (!version) return version.error();
        if (*version < 1 || *version > 2) return malformed("attest.dstack.log.version");
        out.version = static_cast<std::uint8_t>(*version);
    }
    Result<Bytes> preimage = bytes_of(entry, "preimage");
    if (!preimage) return preimage.error();
    if (!preimage->empty()) out.preimage = std::move(*preimage);
    return Done{};
}

Result<DstackEvent> read_event(const JsonView& entry) {
    if (entry.kind() != JsonKind::kObject) return malformed("attest.dstack.log.entry");
    DstackEvent out;
    const Result<std::uint32_t> imr = number_of(entry, "imr");
    if (!imr) return imr.error();
    if (*imr > kRegisterMax) return malformed("attest.dstack.log.register");
    out.imr = *imr;
    const Result<std::uint32_t> type = number_of(entry, "event_type");
    if (!type) return type.error();
    out.event_type = *type;
    const std::optional<JsonView> name = entry.member("event");
    if (!name) return malformed("attest.dstack.log.member");
    Result<std::string> text = name->text();
    if (!text) return malformed("attest.dstack.log.name");
    out.name = std::move(*text);
    Result<Bytes> payload = bytes_of(entry, "event_payload");
    if (!payload) return payload.error();
    out.payload = std::move(*payload);
    if (const Status read = read_digest(entry, out); !read) return read.error();
    if (const Status read = read_form(entry, out); !read) return read.error();
    return out;
}

}  // namespace

Result<DstackEventLog> parse_dstack_event_log(std::string_view json) {
    if (json.size() > kDstackLogBytesMax) return malformed("attest.dstack.log.size");
    const Result<JsonView> root = read_json(json, kDepthMax);
    if (!root || root->kind() != JsonKind::kArray) return malformed("attest.dstack.log.json");
    DstackEventLog out;
    for (const JsonView& entry : root->items()) {
        if (out.size() == kDstackEventsMax) return malformed("attest.dstack.log.count");
        Result<DstackEvent> event = read_event(entry);
        if (!event) return event.error();
        out.push_back(std::move(*event));
    }
    return out;
}

Bytes dstack_event_preimage(const DstackEvent& event) {
    Bytes out;
    if (event.version == 2) {
        append(out, "{\"name\":" + canonical_string(event.name));
        append(out, ",\"payload\":\"" + to_hex(event.payload));
        append(out, "\",\"type\":" + std::to_string(kDstackEventType) + "}");
        return out;
    }
    append_le(out, kDstackEventType);
    append(out, ":" + event.name + ":");
    append(out, event.payload);
    return out;
}

Result<Hash48> dstack_event_digest(const DstackEvent& event) {
    if (event.event_type == kDstackEventType)
        return sha384({ByteView{dstack_event_preimage(event)}});
    if (!event.digest) return malformed("attest.dstack.log.digest");
    return *event.digest;
}

Result<std::array<Hash48, 4>> replay_dstack_event_log(const DstackEventLog& log) {
    std::array<Hash48, 4> registers;
    for (const DstackEvent& event : log) {
        const Result<Hash48> digest = dstack_event_digest(event);
        if (!digest) return digest.error();
        Hash48& held = registers.at(event.imr);
        held = sha384({held.view(), digest->view()});
    }
    return registers;
}

const DstackEvent* only_event(const DstackEventLog& log, std::string_view name) {
    const DstackEvent* found = nullptr;
    for (const DstackEvent& event : log) {
        if (event.imr != 3 || event.name != name) continue;
        if (found != nullptr) return nullptr;
        found = &event;
    }
    return found;
}

}  // namespace pramana::attest
