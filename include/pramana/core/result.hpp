#pragma once

#include "pramana/core/check.hpp"
#include "pramana/core/errc.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace pramana {

/// A reason and a place. Carries no payload, so an Error is always safe to log.
struct Error {
    Errc code;
    std::string_view site;  ///< a literal: "sealing.open.tag"
    friend bool operator==(const Error& a, const Error& b) noexcept { return a.code == b.code; }
};

/// The value of a Status that succeeded.
struct Done {};

/// A value or an Error. Reading the wrong one is a bug of the caller and aborts.
template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value)
        : state_{std::in_place_index<0>, std::move(value)} {}       // NOLINT: implicit on purpose
    Result(Error error) : state_{std::in_place_index<1>, error} {}  // NOLINT

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    [[nodiscard]] T& value() & {
        PRAMANA_CHECK(has_value());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& value() const& {
        PRAMANA_CHECK(has_value());
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] T&& value() && {
        PRAMANA_CHECK(has_value());
        return std::move(*std::get_if<0>(&state_));
    }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }
    [[nodiscard]] T value_or(T other) && {
        return has_value() ? std::move(*this).value() : std::move(other);
    }

    [[nodiscard]] const Error& error() const noexcept {
        PRAMANA_CHECK(!has_value());
        return *std::get_if<1>(&state_);
    }

  private:
    std::variant<T, Error> state_;
};

/// Success or an Error.
using Status = Result<Done>;

// PRAMANA_TRY(status_expression): returns its Error to the caller. For statements, not values.
#define PRAMANA_TRY(expression)                                                                    \
    do {                                                                                           \
        if (auto pramana_status_ = (expression); !pramana_status_) return pramana_status_.error(); \
    } while (false)

}  // namespace pramana
