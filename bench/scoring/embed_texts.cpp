// What `pramana embed` does, without the rest of the daemon: for tools/accuracy.
//   embed_texts [MODEL] <lines >codes
#include "embed_lines.hpp"

#include <cstdio>
#include <iostream>

int main(int argc, char** argv) {
    using namespace pramana;
    const auto model = scoring::Model::load(argc > 1 ? argv[1] : scoring::kModelPath,
                                            scoring::pinned_model_digest());
    if (!model) {
        std::fputs("embed_texts: no model file; run tools/setup in the repository\n", stderr);
        return 1;
    }
    std::ios::sync_with_stdio(false);
    return app::embed_lines(scoring::Tokenizer{*model}, scoring::Encoder{*model}, std::cin,
                            std::cout, std::cerr);
}
