#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pramana::scoring {

/// The vocabulary as a double-array trie over bytes: from a state, one addition and one comparison
/// a byte. Thread: const, any thread.
class WordTrie {
  public:
    using State = std::uint32_t;
    static constexpr State kRoot = 0;
    static constexpr std::uint32_t kNoWord = 0xFFFFFFFFU;
    struct Match {
        std::uint32_t word = kNoWord;  ///< index of the word
        std::size_t size = 0;          ///< bytes of the text that it takes
    };

    /// Of equal words the last one counts. No word is empty.
    explicit WordTrie(const std::vector<std::string_view>& words);

    /// The longest word that `text` begins with, read from `start`.
    [[nodiscard]] Match longest(State start, std::string_view text) const noexcept;
    /// The state after `text` from the root; false if no word begins like that.
    [[nodiscard]] bool walk(std::string_view text, State& state) const noexcept;

  private:
    struct Slot {
        std::uint32_t base = 0;        ///< children lie at base + byte
        std::uint32_t parent = kFree;  ///< state whose child this is
        std::uint32_t word = kNoWord;
    };
    static constexpr std::uint32_t kFree = 0xFFFFFFFFU;
    struct Pending;
    [[nodiscard]] std::uint32_t place(const std::vector<std::uint8_t>& bytes);

    std::vector<Slot> slots_;
    std::uint32_t first_free_ = 256;   ///< slots before it are taken or, below 256, out of reach
    std::uint32_t crowded_until_ = 1;  ///< where brothers are searched from
};

}  // namespace pramana::scoring
