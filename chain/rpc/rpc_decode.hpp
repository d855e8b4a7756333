#pragma once

#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/core/hex.hpp"

/// JSON-RPC's hex forms, strictly (ethereum/execution-apis). Errors of all readers:
/// kMalformedChainData.
namespace pramana::chain_rpc {

/// A string member. The empty optional of `object.member` counts as malformed.
[[nodiscard]] Result<std::string> read_text(const std::optional<JsonView>& value);
[[nodiscard]] Result<Word256> read_quantity(const std::optional<JsonView>& value);
[[nodiscard]] Result<std::uint64_t> read_u64(const std::optional<JsonView>& value);
/// 0x and whole bytes, at most `bytes_max`.
[[nodiscard]] Result<Bytes> read_bytes(const std::optional<JsonView>& value, std::size_t bytes_max);
template <class F>
[[nodiscard]] Result<F> read_fixed(const std::optional<JsonView>& value) {
    const Result<Bytes> raw = read_bytes(value, F::kSize);
    if (!raw) return raw.error();
    const Result<F> fixed = fixed_from_bytes<F>(*raw);
    if (!fixed) return Error{Errc::kMalformedChainData, "chain_rpc.decode.length"};
    return fixed;
}
[[nodiscard]] bool is_null(const JsonView& value) noexcept;

[[nodiscard]] Result<BlockHeader> read_header(const JsonView& value);
[[nodiscard]] Result<LogEntry> read_log(const JsonView& value);
[[nodiscard]] Result<Receipt> read_receipt(const JsonView& value);

/// "0x…" with quotes.
[[nodiscard]] std::string quoted_hex(ByteView bytes);
[[nodiscard]] std::string quoted_quantity(std::uint64_t value);
[[nodiscard]] std::string quoted(BlockRef at);

}  // namespace pramana::chain_rpc
