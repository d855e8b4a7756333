#pragma once

#include "pramana/core/hex.hpp"
#include "pramana/core/json.hpp"
#include "score/scored_file.hpp"

namespace pramana::app {

/// Reads the members of a JSON object; `whole` becomes false where one is missing or of another
/// kind, and stays so. Borrows both. Values that are missing read as zero or empty.
class Members {
  public:
    Members(const std::optional<JsonView>& object, bool& whole) : object_{object}, whole_{whole} {
        if (!object || object->kind() != JsonKind::kObject) whole_ = false;
    }
    [[nodiscard]] Members object(std::string_view name) const { return {at(name), whole_}; }
    [[nodiscard]] std::vector<JsonView> items(std::string_view name) const {
        const std::optional<JsonView> array = at(name);
        if (!array || array->kind() != JsonKind::kArray) whole_ = false;
        return array ? array->items() : std::vector<JsonView>{};
    }
    [[nodiscard]] std::string text(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        return taken(value ? value->text() : Error{Errc::kBadRequest, "app.claim.text"});
    }
    [[nodiscard]] std::uint64_t number(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        return taken(value ? value->whole_number() : Error{Errc::kBadRequest, "app.claim.number"});
    }
    [[nodiscard]] std::uint32_t small(std::string_view name) const {
        const std::uint64_t value = number(name);
        if (value > UINT32_MAX) whole_ = false;
        return static_cast<std::uint32_t>(value);
    }
    [[nodiscard]] Hash32 hash(std::string_view name) const {
        return taken(fixed_from_hex<Hash32>(text(name)));
    }
    [[nodiscard]] std::optional<Address> address_or_null(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        if (value && value->kind() == JsonKind::kNull) return std::nullopt;
        return taken(fixed_from_hex<Address>(text(name)));
    }
    [[nodiscard]] std::optional<Hash32> hash_or_null(std::string_view name) const {
        const std::optional<JsonView> value = at(name);
        if (value && value->kind() == JsonKind::kNull) return std::nullopt;
        return hash(name);
    }
    [[nodiscard]] std::uint8_t cause(std::string_view name) const {
        const std::string text_of_cause = text(name);
        for (std::size_t i = 0; i < std::size(kCauseNames); ++i)
            if (kCauseNames[i] == text_of_cause) return static_cast<std::uint8_t>(i);
        whole_ = false;
        return 0;
    }

  private:
    [[nodiscard]] std::optional<JsonView> at(std::string_view name) const {
        return object_ ? object_->member(name) : std::nullopt;
    }
    template <class T>
    [[nodiscard]] T taken(const Result<T>& value) const {
        if (!value) whole_ = false;
        return value ? *value : T{};
    }
    std::optional<JsonView> object_;
    bool& whole_;
};

}  // namespace pramana::app
