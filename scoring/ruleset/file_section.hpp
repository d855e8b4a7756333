#pragma once

#include "pramana/core/bytes.hpp"
#include "ruleset/decimal.hpp"
#include "ruleset/json_tree.hpp"

#include <functional>
#include <span>

namespace pramana::scoring {

/// One object of a builder's file: hands out its members, notes what is wrong with each, and at the
/// end which ones it does not know. What is missing or wrong leaves the caller's default. Borrows
/// the tree and the list of problems.
class FileSection {
  public:
    /// `member` is the object's; without one the section is as if it were empty.
    FileSection(const JsonNode* object, std::string path, std::size_t at,
                std::vector<TextProblem>& problems);

    /// The member, if it is there.
    [[nodiscard]] const JsonNode* find(std::string_view name);
    [[nodiscard]] FileSection object(std::string_view name);
    /// A whole number from `least` to `most`, whatever its spelling.
    template <class Number>
    void whole(std::string_view name, std::uint64_t least, std::uint64_t most, Number& out) {
        if (const auto value = whole_number(name, least, most)) out = static_cast<Number>(*value);
    }
    /// A number from `least_milli` to `most_milli` thousandths, times `scale`, to the nearest whole
    /// number, halves up.
    template <class Number>
    void scaled(std::string_view name, std::uint64_t least_milli, std::uint64_t most_milli,
                std::uint64_t scale, Number& out) {
        if (const auto value = scaled_number(name, least_milli, most_milli, scale))
            out = static_cast<Number>(*value);
    }
    [[nodiscard]] std::optional<bool> flag(std::string_view name);
    /// A text of at most `most` characters.
    [[nodiscard]] std::optional<std::string> text(std::string_view name, std::size_t most);
    /// One of the choices; their index.
    [[nodiscard]] std::optional<std::size_t> choice(std::string_view name,
                                                    std::span<const std::string_view> choices);
    /// A list of different choices, at least one; visits their indices.
    void choices(std::string_view name, std::span<const std::string_view> choices,
                 const std::function<void(std::size_t)>& visit);
    /// 64 hexadecimal digits, in any case, with or without 0x.
    [[nodiscard]] std::optional<Hash32> hash(std::string_view name);

    /// Notes a problem of a member (of the object itself where the name is empty), at its value.
    void complain(std::string_view name, std::string sentence, std::string hint = {});
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Says which members are not known, with what may have been meant.
    void done();

  private:
    [[nodiscard]] std::string path_of(std::string_view name) const;
    [[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view name,
                                                            std::uint64_t least,
                                                            std::uint64_t most);
    [[nodiscard]] std::optional<std::uint64_t> scaled_number(std::string_view name,
                                                             std::uint64_t least_milli,
                                                             std::uint64_t most_milli,
                                                             std::uint64_t scale);
    [[nodiscard]] std::optional<std::size_t> choice_of(const JsonNode& value,
                                                       const std::string& path,
                                                       std::span<const std::string_view> choices);

    const JsonNode* object_;
    std::string path_;
    std::size_t at_;
    std::vector<TextProblem>& problems_;
    std::vector<std::string> known_;
};

/// "a, b or c".
[[nodiscard]] std::string list_of(std::span<const std::string_view> names);
/// Thousandths as a person writes them: 300 is "0.3".
[[nodiscard]] std::string milli_text(std::uint64_t milli);

}  // namespace pramana::scoring
