namespace LlmOperator.Api.V1Alpha1;

/// <summary>What a file of a model is for.</summary>
public enum ArtifactFileRole
{
    /// <summary>The GGUF file, or one part of it.</summary>
    Weights,

    /// <summary>Multimodal projector.</summary>
    Projector,

    /// <summary>LoRA adapter.</summary>
    Adapter,

    /// <summary>Chat template.</summary>
    Template,

    /// <summary>Default sampling parameters.</summary>
    Params,

    /// <summary>Default system prompt.</summary>
    System,

    /// <summary>Licence text.</summary>
    License,

    /// <summary>The registry's description of the model.</summary>
    Config,
}
