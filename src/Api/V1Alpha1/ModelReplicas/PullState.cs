namespace LlmOperator.Api.V1Alpha1;

/// <summary>Where a download stands.</summary>
public enum PullState
{
    /// <summary>Waits for its turn or its next attempt.</summary>
    Pending,

    /// <summary>Bytes are coming in.</summary>
    Pulling,

    /// <summary>The digest and the header are being checked.</summary>
    Verifying,

    /// <summary>Stored and verified.</summary>
    Stored,

    /// <summary>Failed, and only a change will help.</summary>
    Failed,
}
