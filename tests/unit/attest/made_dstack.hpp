#pragma once

#include "pramana/attest/dstack.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/core/sha256.hpp"

#include <openssl/sha.h>

#include <string>
#include <vector>

namespace pramana::made {

/// An event as a guest emits it, written by the documented formula and by none of our code.
struct MadeEvent {
    std::string name;
    Bytes payload;
    int version = 1;
    std::uint32_t imr = 3;
    std::uint32_t type = 0x08000001;
    bool with_digest = true;
};

[[nodiscard]] inline attest::Hash48 sha384_of(const Bytes& bytes) {
    attest::Hash48 out;
    ::SHA384(bytes.data(), bytes.size(), out.bytes.data());
    return out;
}

/// Version 2 only for names that need no escape.
[[nodiscard]] inline attest::Hash48 digest_of(const MadeEvent& event) {
    Bytes preimage;
    if (event.version == 2) {
        append(preimage, "{\"name\":\"" + event.name + "\",\"payload\":\"" + to_hex(event.payload) +
                             "\",\"type\":134217729}");
    } else {
        append(preimage, Bytes{0x01, 0x00, 0x00, 0x08, ':'});
        append(preimage, event.name + ':');
        append(preimage, event.payload);
    }
    return sha384_of(preimage);
}

[[nodiscard]] inline std::string json_of(const std::vector<MadeEvent>& events) {
    std::string out = "[";
    for (const MadeEvent& event : events) {
        JsonObject json;
        json.number("imr", event.imr).number("event_type", event.type);
        json.text("digest", event.with_digest ? to_hex(digest_of(event).view()) : "");
        json.text("event", event.name).text("event_payload", to_hex(event.payload));
        if (event.version != 1) json.number("version", static_cast<std::uint64_t>(event.version));
        out += (out.size() > 1 ? "," : "") + json.str();
    }
    return out + ']';
}

/// The registers that these events lead to.
[[nodiscard]] inline attest::DstackRegisters registers_of(const std::vector<MadeEvent>& events) {
    attest::DstackRegisters out;
    for (const MadeEvent& event : events) {
        Bytes both;
        append(both, out.rtmr.at(event.imr).view());
        append(both, digest_of(event).view());
        out.rtmr.at(event.imr) = sha384_of(both);
    }
    return out;
}

inline const std::string kAppCompose = R"({"name":"made","runner":"docker-compose"})";

/// A boot as an OS image of 0.5 logs it, with firmware events in the other registers.
[[nodiscard]] inline std::vector<MadeEvent> made_boot() {
    const auto text = [](const std::string& value) { return Bytes(value.begin(), value.end()); };
    const Hash32 compose = sha256(kAppCompose);
    return {
        {.name = "", .payload = {1}, .imr = 0, .type = 4},
        {.name = "", .payload = {2}, .imr = 1, .type = 4},
        {.name = "", .payload = {3}, .imr = 2, .type = 6},
        {.name = "system-preparing", .payload = {}},
        {.name = "app-id", .payload = Bytes(20, 0xAB)},
        {.name = "compose-hash", .payload = Bytes(compose.bytes.begin(), compose.bytes.end())},
        {.name = "instance-id", .payload = Bytes(20, 0xCD)},
        {.name = "boot-mr-done", .payload = {}},
        {.name = "key-provider", .payload = text(R"({"name":"kms","id":"30"})")},
        {.name = "system-ready", .payload = {}},
    };
}

}  // namespace pramana::made
