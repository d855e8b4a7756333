#pragma once

#include "pramana/chain/abi.hpp"
#include "pramana/chain/contracts_abi.hpp"

namespace pramana::chain {

enum class RevertKind : std::uint8_t {
    kEmpty,    ///< no bytes: out of gas, a bare revert() or no contract at the address
    kError,    ///< Error(string)
    kPanic,    ///< Panic(uint256)
    kCustom,   ///< an error of the list that was given
    kUnknown,  ///< anything else, also a known selector with a body that does not decode
};

/// Why a call reverted. Every text in it was written by a contract: describe() makes it fit to
/// print.
struct Revert {
    RevertKind kind = RevertKind::kEmpty;
    Selector selector;                  ///< zero for kEmpty and for fewer than 4 bytes
    std::string message;                ///< kError: the bytes as they came
    std::uint64_t panic_code = 0;       ///< kPanic
    std::string_view signature;         ///< kCustom: of the list's entry; lives as long as the list
    std::vector<abi::Value> arguments;  ///< kCustom
};

/// An error that a contract declares, as the generated table has it.
using ErrorAbi = contracts::ContractError;

/// Total: never fails and never reads past the end. Thread: pure.
[[nodiscard]] Revert decode_revert(ByteView returned, std::span<const ErrorAbi> known);
/// The errors of DataRegistry, TeePool, DLP and of the OpenZeppelin parts in them
/// (vana-protocol.md 1.5).
[[nodiscard]] std::span<const ErrorAbi> vana_errors() noexcept;
/// What Solidity means by a panic code: "arithmetic overflow"; "unknown panic" for a code it does
/// not define.
[[nodiscard]] std::string_view panic_meaning(std::uint64_t code) noexcept;
/// One printable ASCII line for logs: `InvalidJobStatus(): the job is not open`. Foreign text is
/// escaped and cut.
[[nodiscard]] std::string describe(const Revert& revert, std::span<const ErrorAbi> known);

}  // namespace pramana::chain
