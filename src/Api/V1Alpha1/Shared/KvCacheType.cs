namespace LlmOperator.Api.V1Alpha1;

/// <summary>Number format of the key-value cache: smaller formats hold more context in the same memory.</summary>
public enum KvCacheType
{
    /// <summary>16-bit floats: 2 bytes an element. Default.</summary>
    F16,

    /// <summary>32-bit floats: 4 bytes an element.</summary>
    F32,

    /// <summary>16-bit brain floats: 2 bytes an element.</summary>
    BF16,

    /// <summary>8-bit blocks: 1.0625 bytes an element.</summary>
    Q8_0,

    /// <summary>5-bit blocks with offset: 0.75 bytes an element.</summary>
    Q5_1,

    /// <summary>5-bit blocks: 0.6875 bytes an element.</summary>
    Q5_0,

    /// <summary>4-bit blocks with offset: 0.625 bytes an element.</summary>
    Q4_1,

    /// <summary>4-bit blocks: 0.5625 bytes an element.</summary>
    Q4_0,
}
