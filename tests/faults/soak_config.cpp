#include "soak_config.hpp"

#include "pramana/chain/address.hpp"
#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "pramana/os/file.hpp"

namespace pramana::faults {
namespace {

constexpr std::size_t kConfigBytesMax = 64U << 10U;
constexpr Error kInvalid{Errc::kConfigInvalid, "soak.config"};

Result<std::string> text_of(const JsonView& object, std::string_view name) {
    const std::optional<JsonView> member = object.member(name);
    if (!member) return kInvalid;
    return member->text();
}

/// The member's number, or `otherwise` where it is absent.
Result<std::uint64_t> count_of(const JsonView& object, std::string_view name,
                               std::uint64_t otherwise) {
    const std::optional<JsonView> member = object.member(name);
    if (!member) return otherwise;
    return member->whole_number();
}

template <class Unit>
Status read_time(const JsonView& object, std::string_view name, Unit& out) {
    const Result<std::uint64_t> count =
        count_of(object, name, static_cast<std::uint64_t>(out.count()));
    if (!count) return count.error();
    out = Unit{static_cast<std::int64_t>(*count)};
    return Done{};
}

Status read_count(const JsonView& object, std::string_view name, std::uint64_t& out) {
    const Result<std::uint64_t> count = count_of(object, name, out);
    if (!count) return count.error();
    out = *count;
    return Done{};
}

Status read_flag(const JsonView& object, std::string_view name, bool& out) {
    const std::optional<JsonView> member = object.member(name);
    if (!member) return Done{};
    const Result<bool> flag = member->boolean();
    if (!flag) return flag.error();
    out = *flag;
    return Done{};
}

Status read_address(const JsonView& object, std::string_view name, Address& out) {
    const Result<std::string> text = text_of(object, name);
    if (!text) return text.error();
    const Result<Address> address = chain::parse_address(*text);
    if (!address) return address.error();
    out = *address;
    return Done{};
}

Status read_required(const JsonView& object, SoakConfig& config) {
    const Result<std::string> directory = text_of(object, "directory");
    if (!directory) return directory.error();
    config.directory = *directory;
    const std::optional<JsonView> urls = object.member("rpc_urls");
    if (!urls) return kInvalid;
    for (const JsonView& item : urls->items()) {
        Result<std::string> url = item.text();
        if (!url) return url.error();
        config.rpc_urls.push_back(*std::move(url));
    }
    if (const std::optional<JsonView> sockets = object.member("websocket_urls"))
        for (const JsonView& item : sockets->items()) {
            Result<std::string> url = item.text();
            if (!url) return url.error();
            config.websocket_urls.push_back(*std::move(url));
        }
    PRAMANA_TRY(read_count(object, "chain_id", config.chain_id));
    PRAMANA_TRY(read_address(object, "data_registry", config.contracts.data_registry));
    PRAMANA_TRY(read_address(object, "tee_pool", config.contracts.tee_pool));
    const Result<std::string> digits = text_of(object, "key");
    if (!digits) return digits.error();
    Result<Bytes> key = from_hex(*digits);
    if (!key) return key.error();
    config.key = *std::move(key);
    return Done{};
}

}  // namespace

Result<SoakConfig> read_soak_config(const std::filesystem::path& file) {
    const Result<Bytes> bytes = read_file(file, kConfigBytesMax);
    if (!bytes) return bytes.error();
    const Result<JsonView> object = read_json(as_text(*bytes));
    if (!object) return object.error();
    SoakConfig config;
    PRAMANA_TRY(read_required(*object, config));
    PRAMANA_TRY(read_count(*object, "start_block", config.start_block));
    PRAMANA_TRY(read_count(*object, "final_depth", config.final_depth));
    PRAMANA_TRY(read_flag(*object, "ask_finalized_tag", config.ask_finalized_tag));
    PRAMANA_TRY(read_time(*object, "poll_ms", config.poll));
    PRAMANA_TRY(read_time(*object, "call_time_max_ms", config.call_time_max));
    PRAMANA_TRY(read_count(*object, "window", config.window));
    PRAMANA_TRY(read_count(*object, "tip_wei_min", config.tip_wei_min));
    PRAMANA_TRY(read_count(*object, "tip_wei_max", config.tip_wei_max));
    PRAMANA_TRY(read_count(*object, "max_fee_wei", config.max_fee_wei));
    PRAMANA_TRY(read_time(*object, "sweep_every_s", config.sweep_every));
    // JSON carries whole numbers without a sign: a clock that is behind is written as "behind".
    PRAMANA_TRY(read_time(*object, "clock_ahead_s", config.clock_ahead));
    std::chrono::seconds behind{0};
    PRAMANA_TRY(read_time(*object, "clock_behind_s", behind));
    config.clock_ahead -= behind;
    PRAMANA_TRY(read_time(*object, "clock_jump_s", config.clock_jump));
    PRAMANA_TRY(read_time(*object, "clock_jump_after_ms", config.clock_jump_after));
    PRAMANA_TRY(read_count(*object, "batch_max", config.batch_max));
    PRAMANA_TRY(read_time(*object, "signer_delay_ms", config.signer_delay));
    PRAMANA_TRY(read_count(*object, "signer_failures", config.signer_failures));
    PRAMANA_TRY(read_count(*object, "signer_lies", config.signer_lies));
    PRAMANA_TRY(read_flag(*object, "torn_tail_accepted", config.torn_tail_accepted));
    PRAMANA_TRY(read_count(*object, "free_bytes_min", config.free_bytes_min));
    if (object->member("boot_id_file")) {
        const Result<std::string> boot = text_of(*object, "boot_id_file");
        if (!boot) return boot.error();
        config.boot_id_file = *boot;
    }
    return config;
}

}  // namespace pramana::faults
