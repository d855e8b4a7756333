#pragma once

#include "pramana/config/config.hpp"
#include "pramana/core/json.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pramana::config {

/// One object of the file while it is read. Every member that is asked for becomes a known name;
/// done() complains about the others. Problems are collected, not thrown: after one, a value of the
/// same type stands in.
class Section {
  public:
    Section(std::optional<JsonView> object, std::string path, std::vector<Problem>& problems);

    /// A required text; refused when empty.
    std::string text(std::string_view name);
    std::string text_or(std::string_view name, std::string fallback);
    bool flag_or(std::string_view name, bool fallback);
    std::uint64_t number(std::string_view name, std::uint64_t least, std::uint64_t most);
    std::uint64_t number_or(std::string_view name, std::uint64_t fallback, std::uint64_t least,
                            std::uint64_t most);
    Address address(std::string_view name);
    /// An amount as decimal text, below 2^256.
    Word256 wei_or(std::string_view name, const std::string& fallback);
    std::vector<std::string> texts(std::string_view name, std::size_t least, std::size_t most);
    /// A nested object; an absent one is read as empty, so that its required members are named.
    Section object(std::string_view name);
    bool has(std::string_view name);
    /// Whether it is there and a list.
    bool holds_list(std::string_view name);
    /// Whether it is there and "", for members where that says something.
    bool holds_empty_text(std::string_view name);
    /// Calls visit for each object of a required array of `least`..`most`.
    void objects(std::string_view name, std::size_t least, std::size_t most,
                 const std::function<void(Section&)>& visit);
    /// The members of a nested object whose names are free, all texts; at most `most`. None when it
    /// is absent.
    std::map<std::string, std::string> named_texts(std::string_view name, std::size_t most);
    /// 64 hexadecimal characters; nothing when it is absent.
    std::optional<Hash32> hash_if_any(std::string_view name);
    /// Call when every member was asked for.
    void done();

    void complain(std::string_view name, std::string sentence);

  private:
    std::optional<JsonView> find(std::string_view name);
    std::optional<JsonView> require(std::string_view name);
    [[nodiscard]] std::string path_of(std::string_view name) const;

    std::optional<JsonView> object_;
    std::string path_;
    std::vector<Problem>& problems_;
    std::vector<std::string> known_;
};

}  // namespace pramana::config
