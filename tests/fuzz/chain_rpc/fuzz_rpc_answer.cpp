#include "pramana/chain_rpc/chain_reader.hpp"
#include "pramana/core/check.hpp"

namespace {

using namespace pramana;

/// Answers the question for the chain id honestly, and every other call with the input: as the
/// whole body, or as the result or error of a well-formed answer.
class HostileNode final : public chain_rpc::RpcTransport {
  public:
    HostileNode(std::string input, char form) : input_{std::move(input)}, form_{form} {}
    Result<Reply> post(const std::string& body, net::Deadline /*deadline*/) override {
        if (body.find("eth_chainId") != std::string::npos)
            return reply(envelope(body, "result", "\"0x1\""));
        if (form_ == 'b') return reply(input_);
        return reply(envelope(body, form_ == 'e' ? "error" : "result", input_));
    }

  private:
    static Reply reply(const std::string& text) { return {200, Bytes(text.begin(), text.end())}; }
    /// The same answer to each call of the body.
    static std::string envelope(const std::string& body, const char* member,
                                const std::string& value) {
        const Result<JsonView> document = read_json(body, 32);
        PRAMANA_CHECK(document.has_value());
        const bool batch = document->kind() == JsonKind::kArray;
        std::string text;
        for (const JsonView& call : batch ? document->items() : std::vector<JsonView>{*document})
            text += (text.empty() ? "" : ",") + std::string{R"({"jsonrpc":"2.0","id":)"} +
                    std::string{call.member("id")->raw()} + ",\"" + member + "\":" + value + "}";
        return batch ? "[" + text + "]" : text;
    }
    std::string input_;
    char form_;
};

}  // namespace

// Whatever a node answers, every read returns a value that keeps its promises, or an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string input{as_text({bytes, size})};
    for (const char form : {'b', 'r', 'e'}) {
        chain_rpc::RpcOptions options;
        options.chain_id = 1;
        chain_rpc::RpcClient client{options, std::make_shared<HostileNode>(input, form)};
        const chain_rpc::ChainReader reader{client, {}};
        const auto block = reader.block(chain_rpc::BlockRef{5});
        if (block) PRAMANA_CHECK(block->number == 5);
        const auto logs = reader.logs({{}, {}, 0, 5});
        if (logs) {
            for (const chain_rpc::LogEntry& entry : logs->logs)
                PRAMANA_CHECK(entry.block_number <= 5);
        }
        const auto receipt = reader.receipt({});
        if (receipt && *receipt) PRAMANA_CHECK((*receipt)->tx_hash.is_zero());
        const auto outcome = reader.call({});
        if (outcome) PRAMANA_CHECK(outcome->value.has_value() != outcome->revert_data.has_value());
        static_cast<void>(reader.fee_market());
        static_cast<void>(reader.job(JobId{1}));
        static_cast<void>(reader.file(FileId{1}));
        static_cast<void>(reader.tee_job_ids({}, 0, 10));
        static_cast<void>(reader.known({Hash32{}}));
        const auto sent = reader.send_raw({}, {});
        PRAMANA_CHECK(form != 'e' || sent.kind != chain_rpc::SendClass::kAccepted ||
                      !sent.message.empty());
    }
    return 0;
}
