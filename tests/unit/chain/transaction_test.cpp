#include "pramana/chain/transaction.hpp"

#include "pramana/chain/rlp.hpp"
#include "pramana/chain/uint256.hpp"

#include "chain_test.hpp"

namespace pramana::chain {
namespace {

Word256 wei(std::uint64_t value) { return to_word(value); }

struct Row {
    const char* name;
    std::string_view key;
    Transaction transaction;
    std::string_view raw;
};

Transaction eip155_example() {
    Transaction tx;
    tx.type = TxType::kLegacy;
    tx.chain_id = 1;
    tx.tx_nonce = 9;
    tx.gas_price_wei = wei(20'000'000'000);
    tx.gas_limit = wei(21'000);
    tx.to = fixed<Address>("3535353535353535353535353535353535353535");
    tx.value_wei = wei(1'000'000'000'000'000'000);
    return tx;
}

Transaction legacy_to_second(std::optional<std::uint64_t> chain_id) {
    Transaction tx;
    tx.type = TxType::kLegacy;
    tx.chain_id = chain_id;
    tx.tx_nonce = 1;
    tx.gas_price_wei = wei(1);
    tx.gas_limit = wei(21'000);
    tx.to = fixed<Address>(kSecond);
    return tx;
}

Transaction access_list_creation() {
    Transaction tx;
    tx.type = TxType::kAccessList;
    tx.chain_id = 1480;
    tx.gas_price_wei = wei(1);
    tx.gas_limit = wei(21'000);
    tx.input = raw("6000");
    return tx;
}

Transaction dynamic_fee() {
    Transaction tx;
    tx.chain_id = 31337;
    tx.tx_nonce = 7;
    tx.max_priority_fee_per_gas_wei = wei(1'000'000'000);
    tx.max_fee_per_gas_wei = wei(30'000'000'000);
    tx.gas_limit = wei(600'000);
    tx.to = fixed<Address>(kSecond);
    tx.value_wei = wei(5);
    tx.input = raw("c26045f7");
    Hash32 slot;
    slot.bytes.fill(0x11);
    tx.access_list = {{fixed<Address>(kSecond), {slot}}};
    return tx;
}

// The first row is the example of EIP-155; the others were signed with ethers 6.17.0.
std::vector<Row> rows() {
    return {
        {"eip155", "4646464646464646464646464646464646464646464646464646464646464646",
         eip155_example(),
         "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a"
         "0"
         "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb7033"
         "0"
         "4b3800ccf555c9f3dc64214b297fb1966a3b6d83"},
        {"before_eip155", kKeyHex, legacy_to_second(std::nullopt),
         "f85f01018252089470997970c51812dc3a010c7d01b50e0d17dc79c880801ca0c2d8d58750c59049a858013c4"
         "9"
         "dddefad48dab003760d336ec75db518e039f98a063fe6f3c87439a9c8a0ca2d50a9231af1825bdeacd5d6e2ca"
         "5"
         "89a01b748138c6"},
        {"chain_id_above_2_to_53", kKeyHex, legacy_to_second(9007199254740997),
         "f86601018252089470997970c51812dc3a010c7d01b50e0d17dc79c88080874000000000002da0eafe7c02a55"
         "4"
         "68762abf42e5ee6f2d04c3fc7993b4754c64d42c016b05362fa4a039ee0afe4cd18a314ab1c670f84b6a685c8"
         "e"
         "9c528a93ed5f186b068a1f1e5078"},
        {"eip2930_creation", kKeyHex, access_list_creation(),
         "01f8518205c880018252088080826000c001a09cc6b67376f5eafe0f9c22229a65d90d128f86464ffa8a6fbb2"
         "3"
         "0419cb9c7930a0586b81a5d8a428f42f4daddcb7b7c8aba9f37f68c6f17a9b189703f9bc2804bb"},
        {"eip1559_access_list", kKeyHex, dynamic_fee(),
         "02f8ab827a6907843b9aca008506fc23ac00830927c09470997970c51812dc3a010c7d01b50e0d17dc79c8058"
         "4"
         "c26045f7f838f79470997970c51812dc3a010c7d01b50e0d17dc79c8e1a011111111111111111111111111111"
         "1"
         "111111111111111111111111111111111101a08c5faa02000b7373c7b872e0f7d60aa30a9a65cc088ebe69eb2"
         "c"
         "b50ee03e6f12a072c5ef441fac698e717602d69d810c9eada2bae8b6f1c97f7eb7e5e47c015e2a"},
    };
}

TEST(Transaction, signs_to_known_bytes_and_reads_them_back) {
    for (const Row& row : rows()) {
        const SigningKey key = key_of(row.key);
        const Result<SignedTransaction> made = sign_transaction(row.transaction, key);
        ASSERT_TRUE(made.has_value()) << row.name;
        EXPECT_EQ(to_hex(made->raw), row.raw) << row.name;
        EXPECT_EQ(made->sender, key.address());
        const Result<SignedTransaction> read = decode_transaction(raw(row.raw));
        ASSERT_TRUE(read.has_value()) << row.name;
        EXPECT_EQ(*read, *made) << row.name;
    }
}

// EIP-155, "Example".
TEST(Transaction, hashes_what_eip155_signs) {
    EXPECT_EQ(to_hex(*unsigned_payload(eip155_example())),
              "ec098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a7640000"
              "80018080");
    EXPECT_EQ(to_hex(signing_hash(eip155_example())->view()),
              "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
}

TEST(Transaction, refuses_every_truncation_and_trailing_byte) {
    for (const Row& row : rows()) {
        const Bytes encoded = raw(row.raw);
        for (std::size_t size = 0; size < encoded.size(); ++size)
            EXPECT_EQ(decode_transaction(ByteView{encoded}.first(size)).error().code,
                      Errc::kMalformedChainData)
                << row.name << " cut to " << size;
        Bytes longer = encoded;
        longer.push_back(0);
        EXPECT_EQ(decode_transaction(longer).error().code, Errc::kMalformedChainData) << row.name;
    }
}

/// The items of the EIP-1559 row, to be broken one at a time.
std::vector<rlp::Item> dynamic_fee_items() {
    const Bytes encoded = raw(rows()[4].raw);
    return rlp::decode(ByteView{encoded}.subspan(1))->items;
}
Bytes typed(std::uint8_t type, std::vector<rlp::Item> items) {
    Bytes out{type};
    append(out, rlp::encode(rlp::list(std::move(items))));
    return out;
}

struct Breakage {
    const char* name;
    std::size_t field;
    rlp::Item item;
};
// Fields of an EIP-1559 transaction: 0 chain id, 1 nonce, 2 tip, 3 cap, 4 gas, 5 to, 6 value, 7
// input, 8 access list, 9 parity, 10 r, 11 s.
const Breakage kBreakages[] = {
    {"chain_id_of_9_bytes", 0, rlp::string(raw("010000000000000000"))},
    {"nonce_with_leading_zero", 1, rlp::string(raw("0007"))},
    {"nonce_of_2_to_64_less_1", 1, rlp::string(raw("ffffffffffffffff"))},
    {"tip_above_cap", 2, rlp::integer(std::uint64_t{30'000'000'001})},
    {"cap_of_33_bytes", 3, rlp::string(Bytes(33, 1))},
    {"gas_as_a_list", 4, rlp::list({})},
    {"to_of_19_bytes", 5, rlp::string(Bytes(19, 1))},
    {"to_of_21_bytes", 5, rlp::string(Bytes(21, 1))},
    {"input_as_a_list", 7, rlp::list({})},
    {"access_list_as_a_string", 8, rlp::string({})},
    {"access_list_of_strings", 8, rlp::list({rlp::string(Bytes(20, 1))})},
    {"access_list_entry_of_one", 8, rlp::list({rlp::list({rlp::string(Bytes(20, 1))})})},
    {"access_list_entry_of_three", 8,
     rlp::list({rlp::list({rlp::string(Bytes(20, 1)), rlp::list({}), rlp::string({})})})},
    {"storage_key_of_31_bytes", 8,
     rlp::list({rlp::list({rlp::string(Bytes(20, 1)), rlp::list({rlp::string(Bytes(31, 1))})})})},
    {"parity_of_2", 9, rlp::integer(std::uint64_t{2})},
    {"parity_of_27", 9, rlp::integer(std::uint64_t{27})},
    {"r_of_0", 10, rlp::string({})},
    {"r_above_the_order", 10, rlp::string(Bytes(32, 0xff))},
    {"s_of_0", 11, rlp::string({})},
    // n - s: valid ECDSA, and EIP-2 forbids it.
    {"s_above_half_the_order", 11,
     rlp::string(raw("8d3a10bbe05396718e89fd29627ef3600d0c21fdf856d6bc411a78a85434e317"))},
};

TEST(Transaction, refuses_each_broken_field) {
    ASSERT_TRUE(decode_transaction(typed(2, dynamic_fee_items())).has_value());
    for (const Breakage& row : kBreakages) {
        std::vector<rlp::Item> items = dynamic_fee_items();
        items[row.field] = row.item;
        EXPECT_EQ(decode_transaction(typed(2, items)).error().code, Errc::kMalformedChainData)
            << row.name;
    }
}

TEST(Transaction, refuses_another_number_of_fields_and_unknown_types) {
    std::vector<rlp::Item> more = dynamic_fee_items();
    more.push_back(rlp::string({}));
    EXPECT_EQ(decode_transaction(typed(2, more)).error().code, Errc::kMalformedChainData);
    std::vector<rlp::Item> fewer = dynamic_fee_items();
    fewer.pop_back();
    EXPECT_EQ(decode_transaction(typed(2, fewer)).error().code, Errc::kMalformedChainData);
    for (const int type : {0x00, 0x01, 0x03, 0x04, 0x7f, 0x80, 0xff})
        EXPECT_EQ(decode_transaction(typed(static_cast<std::uint8_t>(type), dynamic_fee_items()))
                      .error()
                      .code,
                  Errc::kMalformedChainData)
            << type;
    EXPECT_EQ(decode_transaction(Bytes(kRawTransactionBytesMax + 1, 0xff)).error().code,
              Errc::kMalformedChainData);
}

TEST(Transaction, refuses_v_between_the_forms_of_a_legacy_transaction) {
    const Bytes encoded = raw(rows()[0].raw);
    for (const std::uint64_t v : {0U, 1U, 26U, 29U, 34U}) {
        std::vector<rlp::Item> items = rlp::decode(encoded)->items;
        items[6] = rlp::integer(v);
        EXPECT_EQ(decode_transaction(rlp::encode(rlp::list(items))).error().code,
                  Errc::kMalformedChainData)
            << v;
    }
}

TEST(Transaction, refuses_to_encode_fields_that_its_type_does_not_have) {
    std::vector<std::pair<const char*, Transaction>> unfit(9, {"", dynamic_fee()});
    unfit[0] = {"dynamic fee with a gas price", dynamic_fee()};
    unfit[0].second.gas_price_wei = wei(1);
    unfit[1] = {"dynamic fee without a chain", dynamic_fee()};
    unfit[1].second.chain_id.reset();
    unfit[2] = {"tip above cap", dynamic_fee()};
    unfit[2].second.max_fee_per_gas_wei = wei(1);
    unfit[3] = {"legacy with a tip", eip155_example()};
    unfit[3].second.max_fee_per_gas_wei = wei(1);
    unfit[4] = {"legacy with an access list", eip155_example()};
    unfit[4].second.access_list = dynamic_fee().access_list;
    unfit[5] = {"legacy with a chain id above v", eip155_example()};
    unfit[5].second.chain_id = kLegacyChainIdMax + 1;
    unfit[6] = {"access list without a chain", access_list_creation()};
    unfit[6].second.chain_id.reset();
    unfit[7] = {"the last nonce", dynamic_fee()};
    unfit[7].second.tx_nonce = UINT64_MAX;
    unfit[8] = {"too much input", dynamic_fee()};
    unfit[8].second.input = Bytes(kRawTransactionBytesMax, 1);
    for (const auto& [name, tx] : unfit)
        EXPECT_EQ(sign_transaction(tx, key_of(kKeyHex)).error().code, Errc::kBadRequest) << name;
}

TEST(Transaction, signs_a_legacy_transaction_of_the_largest_chain_id) {
    Transaction tx = eip155_example();
    tx.chain_id = kLegacyChainIdMax;
    const SignedTransaction made = *sign_transaction(tx, key_of(kKeyHex));
    EXPECT_EQ(*decode_transaction(made.raw), made);
}

}  // namespace
}  // namespace pramana::chain
