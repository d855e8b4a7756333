#pragma once

#include "pramana/chain/uint256.hpp"
#include "pramana/chain/vana.hpp"

namespace pramana::chain {

/// Takes decoded values in their order and remembers a failure, so that a structure reads as one
/// list. The types were checked by the ABI decoder; what can still fail is a number above its C++
/// type.
class ValueFields {
  public:
    explicit ValueFields(std::span<const abi::Value> values) : values_{values} {}

    Word256 word() { return next().word(); }
    std::uint64_t u64() { return keep(to_u64(word())); }
    Address address() { return keep(to_address(word())); }
    bool boolean() { return u64() != 0; }
    std::string text() { return next().text(); }
    Bytes bytes() { return next().bytes(); }
    const std::vector<abi::Value>& items() { return next().items(); }
    template <class Id>
    Id id() {
        return Id{u64()};
    }
    /// An enumerator 0..last.
    template <class Enum>
    Enum enumerator(Enum last) {
        const std::uint64_t value = u64();
        if (value <= static_cast<std::uint64_t>(last)) return static_cast<Enum>(value);
        failed_ = true;
        return Enum{};
    }
    /// The structure if nothing failed.
    template <class T>
    Result<T> finish(T value) {
        if (failed_) return Error{Errc::kMalformedChainData, "chain.vana.number"};
        return value;
    }

  private:
    const abi::Value& next() {
        PRAMANA_CHECK(next_ < values_.size());
        return values_[next_++];
    }
    template <class T>
    T keep(Result<T> result) {
        failed_ = failed_ || !result.has_value();
        return std::move(result).value_or(T{});
    }

    std::span<const abi::Value> values_;
    std::size_t next_ = 0;
    bool failed_ = false;
};

}  // namespace pramana::chain
