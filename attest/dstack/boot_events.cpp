#include "dstack/boot_events.hpp"

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"

#include <algorithm>
#include <map>

namespace pramana::attest {

namespace {

constexpr std::string_view kLast = "system-ready";

struct BootEvent {
    std::string_view name;
    bool required;
    bool repeats;
};
/// In the order in which a guest emits them (dstack 0.5 and 0.6).
constexpr std::array kBootOrder = {
    BootEvent{"system-preparing", true, false},
    BootEvent{"app-id", true, false},
    BootEvent{"compose-hash", true, false},
    BootEvent{"init-script-hash", false, true},
    BootEvent{"gpu-policy-hash", false, false},
    BootEvent{"gpu-attestation", false, false},
    BootEvent{"instance-id", true, false},
    BootEvent{"boot-mr-done", true, false},
    BootEvent{"mr-kms", false, false},
    BootEvent{"os-image-hash", false, false},
    BootEvent{"key-provider", true, false},
    BootEvent{"storage-fs", false, false},
    BootEvent{kLast, true, false},
};

std::optional<std::size_t> place_of(std::string_view name) {
    const auto at = std::ranges::find_if(kBootOrder, [&](const auto& e) { return e.name == name; });
    if (at == kBootOrder.end()) return std::nullopt;
    return static_cast<std::size_t>(at - kBootOrder.begin());
}

std::string quoted(std::string_view name) { return '"' + std::string{name} + '"'; }

/// The events of register 3 in order; `ready` is where the first system-ready stands, or the end.
struct Runtime {
    std::vector<const DstackEvent*> events;
    std::size_t ready;
};
Runtime runtime_of(const DstackEventLog& log) {
    Runtime out{{}, 0};
    for (const DstackEvent& event : log) {
        if (event.imr == 3) out.events.push_back(&event);
    }
    const auto at =
        std::ranges::find_if(out.events, [](const auto* e) { return e->name == kLast; });
    out.ready = static_cast<std::size_t>(at - out.events.begin());
    return out;
}

std::optional<std::string> missing_problem(const std::map<std::string_view, std::size_t>& counts) {
    for (const BootEvent& event : kBootOrder) {
        const auto held = counts.find(event.name);
        const std::size_t count = held == counts.end() ? 0 : held->second;
        if (event.required && count == 0) return quoted(event.name) + " is missing";
        if (!event.repeats && count > 1) return quoted(event.name) + " occurs more than once";
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> boot_events_problem(const DstackEventLog& log,
                                               const DstackPolicy& policy) {
    const Runtime runtime = runtime_of(log);
    std::map<std::string_view, std::size_t> counts;
    std::size_t reached = 0;
    for (std::size_t i = 0; i < runtime.events.size() && i <= runtime.ready; ++i) {
        const std::string& name = runtime.events[i]->name;
        const std::optional<std::size_t> place = place_of(name);
        if (!place) {
            if (policy.extra_boot_events.contains(name)) continue;
            return quoted(name) + " is no boot event that is known";
        }
        ++counts[kBootOrder[*place].name];
        if (*place < reached) return quoted(name) + " is out of order";
        reached = *place;
    }
    return missing_problem(counts);
}

std::optional<std::string> after_boot_problem(const DstackEventLog& log,
                                              const DstackPolicy& policy) {
    const Runtime runtime = runtime_of(log);
    for (std::size_t i = runtime.ready + 1; i < runtime.events.size(); ++i) {
        const std::string& name = runtime.events[i]->name;
        if (place_of(name) || policy.extra_boot_events.contains(name))
            return quoted(name) + " is repeated";
    }
    return std::nullopt;
}

Result<DstackKeyProvider> read_key_provider(ByteView payload) {
    constexpr std::size_t kDepthMax = 4;
    const Error malformed{Errc::kEvidenceMalformed, "attest.dstack.key_provider"};
    const Result<JsonView> root = read_json(as_text(payload), kDepthMax);
    if (!root) return malformed;
    const std::optional<JsonView> name = root->member("name");
    const std::optional<JsonView> id = root->member("id");
    if (!name || !id) return malformed;
    const Result<std::string> name_text = name->text();
    const Result<std::string> id_text = id->text();
    if (!name_text || !id_text) return malformed;
    const Result<Bytes> raw = from_hex(*id_text);
    if (!raw) return malformed;
    return DstackKeyProvider{*name_text, *raw};
}

}  // namespace pramana::attest
