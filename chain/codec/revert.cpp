#include "pramana/chain/revert.hpp"

#include "pramana/chain/uint256.hpp"
#include "pramana/core/endian.hpp"
#include "pramana/core/hex.hpp"

#include <optional>

namespace pramana::chain {
namespace {

constexpr Selector kErrorString{{0x08, 0xc3, 0x79, 0xa0}};  // Error(string)
constexpr Selector kPanic{{0x4e, 0x48, 0x7b, 0x71}};        // Panic(uint256)
constexpr std::size_t kForeignTextMax = 200;

std::optional<std::vector<abi::Value>> body_as(std::string_view types, ByteView body) {
    const Result<std::vector<abi::Type>> parsed = abi::parse_types(types);
    if (!parsed) return std::nullopt;
    Result<std::vector<abi::Value>> values = abi::decode(*parsed, body);
    if (!values) return std::nullopt;
    return std::move(*values);
}

Revert decode_custom(Revert revert, ByteView body, std::span<const ErrorAbi> known) {
    for (const ErrorAbi& error : known) {
        if (error.selector != load_be<std::uint32_t>(revert.selector.bytes.data())) continue;
        const std::size_t open = std::min(error.signature.find('('), error.signature.size());
        if (auto values = body_as(error.signature.substr(open), body)) {
            revert.kind = RevertKind::kCustom;
            revert.signature = error.signature;
            revert.arguments = std::move(*values);
            break;
        }
    }
    return revert;
}

/// Printable ASCII as it is, the rest as \xNN, cut to a length fit for a log line.
std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (out.size() >= kForeignTextMax) return out + "...";
        const auto byte = static_cast<std::uint8_t>(c);
        const bool plain = byte >= 0x20 && byte < 0x7f && c != '\\';
        out += plain ? std::string(1, c) : "\\x" + to_hex({&byte, 1});
    }
    return out;
}

std::string value_text(const abi::Value& value) {
    if (const auto* word = std::get_if<Word256>(&value.of)) return to_quantity(*word);
    if (const auto* bytes = std::get_if<Bytes>(&value.of)) {
        const std::size_t shown = std::min(bytes->size(), kForeignTextMax / 2);
        return to_hex0x(ByteView{*bytes}.first(shown)) + (shown < bytes->size() ? "..." : "");
    }
    return "[...]";
}

}  // namespace

std::span<const ErrorAbi> vana_errors() noexcept { return contracts::kContractErrors; }

std::string_view panic_meaning(std::uint64_t code) noexcept {  // Solidity documentation, "Panic"
    switch (code) {
        case 0x00: return "generic";
        case 0x01: return "assert";
        case 0x11: return "arithmetic overflow";
        case 0x12: return "division by zero";
        case 0x21: return "bad enum";
        case 0x22: return "bad storage bytes";
        case 0x31: return "pop from an empty array";
        case 0x32: return "index out of bounds";
        case 0x41: return "too much memory";
        case 0x51: return "zero-initialised function";
        default: return "unknown panic";
    }
}

Revert decode_revert(ByteView returned, std::span<const ErrorAbi> known) {
    Revert revert;
    if (returned.empty()) return revert;
    revert.kind = RevertKind::kUnknown;
    if (returned.size() < Selector::kSize) return revert;
    std::copy_n(returned.begin(), Selector::kSize, revert.selector.bytes.begin());
    const ByteView body = returned.subspan(Selector::kSize);
    if (revert.selector == kErrorString) {
        if (const auto values = body_as("(string)", body)) {
            revert.kind = RevertKind::kError;
            revert.message = values->front().text();
        }
        return revert;
    }
    if (revert.selector == kPanic) {
        const auto values = body_as("(uint256)", body);
        if (!values) return revert;
        const Result<std::uint64_t> code = to_u64(values->front().word());
        if (!code) return revert;
        revert.kind = RevertKind::kPanic;
        revert.panic_code = *code;
        return revert;
    }
    return decode_custom(std::move(revert), body, known);
}

std::string describe(const Revert& revert, std::span<const ErrorAbi> known) {
    switch (revert.kind) {
        case RevertKind::kEmpty: return "reverted without a reason";
        case RevertKind::kError: return "Error(\"" + printable(revert.message) + "\")";
        case RevertKind::kPanic:
            return "Panic(" + std::to_string(revert.panic_code) +
                   "): " + std::string{panic_meaning(revert.panic_code)};
        case RevertKind::kUnknown: return "unknown error " + to_hex0x(revert.selector.view());
        case RevertKind::kCustom: break;
    }
    std::string text{revert.signature.substr(0, revert.signature.find('('))};
    text += '(';
    for (std::size_t i = 0; i < revert.arguments.size(); ++i) {
        text += (i > 0 ? ", " : "") + value_text(revert.arguments[i]);
    }
    text += ')';
    for (const ErrorAbi& error : known) {
        if (error.signature == revert.signature) text += ": " + std::string{error.meaning};
    }
    return text;
}

}  // namespace pramana::chain
