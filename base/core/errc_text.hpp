#pragma once

#include "pramana/core/errc.hpp"

namespace pramana {

/// What a code says to who has to act: one sentence each.
struct ErrcText {
    std::string_view sentence;
    std::string_view next_step;
};

/// Total over the enumerators; any other number aborts. Thread: any.
[[nodiscard]] ErrcText text_of(Errc code) noexcept;

}  // namespace pramana
