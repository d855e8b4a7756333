#include "pramana/keys/public_keys.hpp"

#include <cstdlib>

namespace pramana::keys {

std::string_view name_of(Source source) noexcept {
    switch (source) {
        case Source::kDstack: return "dstack";
        case Source::kInside: return "inside";
        case Source::kFile: return "file";
    }
    std::abort();
}

}  // namespace pramana::keys
