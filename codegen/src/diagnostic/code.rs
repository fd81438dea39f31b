//! The kinds of findings.

/// Declares the codes once: variant, name as printed, one line on what it means.
macro_rules! codes {
    ($($variant:ident $name:literal $meaning:literal $zh:literal,)*) => {
        /// What kind of finding it is. The name is stable: tests, editors and reviewers refer to it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name as printed, `unknown-key`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it means, in English and in Chinese.
            #[must_use]
            pub fn meaning(self) -> [&'static str; 2] {
                match self { $(Self::$variant => [$meaning, $zh],)* }
            }
        }
    };
}

codes! {
    // Files.
    TooLarge "too-large" "A file, the tree or a structure is larger than the limits." "文件、整个目录或某个结构超过大小限制。",
    InvalidUtf8 "invalid-utf8" "A file is not UTF-8." "文件不是 UTF-8 编码。",
    UnexpectedFile "unexpected-file" "A file or folder that does not belong in a spec." "规格目录中不应有的文件或目录。",
    MissingFile "missing-file" "A required file is missing." "缺少目录结构要求的文件。",
    // YAML.
    Syntax "syntax" "The file is not YAML." "文件不是合法的 YAML。",
    ForbiddenYaml "forbidden-yaml" "An anchor, alias, tag, merge key, second document or key that is not a text." "使用了锚点、别名、标签、合并键、多文档或非文本的键。",
    TooDeep "too-deep" "Nesting deeper than the limit." "嵌套层次超过限制。",
    DuplicateKey "duplicate-key" "A key is used twice in one mapping." "同一映射中有重复的键。",
    // Shape.
    UnknownKey "unknown-key" "A key that the language does not have." "语言中没有的键。",
    MissingKey "missing-key" "A required key is missing." "缺少必需的键。",
    WrongType "wrong-type" "A value of the wrong type." "值的类型与键不符。",
    UnknownWord "unknown-word" "A word that the key does not take." "不在该键可用词汇之中的词。",
    MissingTranslation "missing-translation" "A text that lacks English or Chinese." "文本缺少英文或中文。",
    // Headers.
    LanguageVersion "language-version" "A version of the spec language that this loader does not read." "加载器不认识的语言版本。",
    NameMismatch "name-mismatch" "A file or folder is not named after what it holds." "文件或目录名与内容不符。",
    // Names and references.
    DuplicateDefinition "duplicate-definition" "Something is defined twice in several files." "同一内容在多个文件中重复定义。",
    DuplicateWireName "duplicate-wire-name" "Two parameters would be sent under one name." "两个参数将以同一名称传递。",
    InvalidIdentifier "invalid-identifier" "A name that cannot become a Rust identifier." "名称无法成为 Rust 标识符。",
    InvalidAlias "invalid-alias" "A search word that rustdoc does not take." "rustdoc 不接受的搜索词。",
    InvalidGroup "invalid-group" "The name of a group that is not in kebab case." "分组名称不是小写短横线格式。",
    MissingGroup "missing-group" "An action without a group, in an API version where other actions have one." "同一版本中其他接口已分组，而该接口没有写分组。",
    IdentifierClash "identifier-clash" "Two names that become the same Rust identifier." "两个名称成为同一个 Rust 标识符。",
    DanglingReference "dangling-reference" "A name that nothing defines." "引用了没有定义的名称。",
    Unused "unused" "Something that nothing refers to." "定义了却没有被引用。",
    // Fields.
    Inapplicable "inapplicable" "A key that does not apply to this type or place." "该键对此类型或此位置没有意义。",
    RecursiveType "recursive-type" "A structure that contains itself other than in a list." "结构不经列表而包含自身。",
    InvalidBound "invalid-bound" "Bounds without a minimum and a maximum, or with the minimum above the maximum." "没有界限，或最小值大于最大值。",
    InvalidPattern "invalid-pattern" "A regular expression that does not compile." "无法编译的正则表达式。",
    ValueMismatch "value-mismatch" "A default, example or constant that does not fit its type." "默认值、示例或常量与类型不符。",
    SecretExposed "secret-exposed" "A secret that would be sent in a URL, or is written in the spec." "机密会出现在查询串中，或写在规格里。",
    PersonalData "personal-data" "Personal data that is not marked, so that logs would show it." "个人信息未作标记，会出现在日志中。",
    // Rules and flows.
    InvalidRule "invalid-rule" "A rule or condition without exactly one demand or test." "规则或条件的要求或判断不是恰好一个。",
    Incomparable "incomparable" "A comparison of values that can never be equal." "比较了不可能相等的内容。",
    InvalidFlow "invalid-flow" "A paginator, waiter, state view or recipe that cannot work." "无法工作的分页、等待、状态视图或核对方法。",
    // Content.
    InvalidError "invalid-error" "An error row that cannot be told apart or cannot occur." "无法区分或不会出现的错误行。",
    RemedyAgainstRetry "remedy-against-retry" "A remedy that contradicts the retry class of its error." "错误的处理建议与其重试类别不一致。",
    InvalidEndpoint "invalid-endpoint" "An endpoint table that cannot be used." "无法使用的接入点表。",
    InvalidHistory "invalid-history" "A history that contradicts itself or the spec." "不可能发生的历史记录。",
    InvalidTable "invalid-table" "A table with a missing row or a cell of the wrong type." "缺行或单元格类型有误的表。",
    InvalidExample "invalid-example" "An example that lacks what the action needs." "示例缺少接口所需的内容。",
    DuplicateDefect "duplicate-defect" "A defect number that is used twice." "重复的缺陷编号。",
    DefectWithoutReading "defect-without-reading" "A defect of the documents without a chosen reading." "文档缺陷没有写明采用的解读。",
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
