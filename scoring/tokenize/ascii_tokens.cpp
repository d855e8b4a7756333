#include "tokenize/ascii_tokens.hpp"

namespace pramana::scoring {

const TokenKernel* token_kernel() noexcept {
#if defined(PRAMANA_X86)
    static constexpr TokenKernel kAvx512{"avx512", word_tokens_avx512, piece_tokens_avx512};
    static const bool kHere = __builtin_cpu_supports("avx512f") &&
                              __builtin_cpu_supports("avx512bw") &&
                              __builtin_cpu_supports("avx512vl");
    return kHere ? &kAvx512 : nullptr;
#else
    return nullptr;
#endif
}

}  // namespace pramana::scoring
