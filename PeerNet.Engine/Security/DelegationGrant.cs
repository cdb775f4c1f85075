using PeerNet.Engine.Core;

namespace PeerNet.Engine.Security;

/// <summary>What one certificate of a chain gives to its subject.</summary>
/// <param name="PeerName">The peer name that the whole chain is for (MS-PNRP 2.2.3.5.1.3).</param>
/// <param name="Role">What the subject may do with the classifiers.</param>
/// <param name="Classifiers">The classifiers; empty for all.</param>
internal sealed record DelegationGrant(string PeerName, PeerRole Role, IReadOnlyList<string> Classifiers)
{
    /// <summary>Whether a role and classifiers are legal below <paramref name="delegator"/>'s classifiers.</summary>
    /// <remarks>
    /// MS-PNRP 2.2.3.5.1.5.1. Its table lists "cheese" both as valid and as invalid below "fish", "cheese"; the text
    /// says that a match is always legal. Its text forbids an empty list below an empty list, which the table's first
    /// row allows; the table is followed, or no chain could ever delegate everything.
    /// </remarks>
    public static bool IsLegal(IReadOnlyList<string> delegator, PeerRole role, IReadOnlyList<string> classifiers)
    {
        if (delegator.Count == 0)
        {
            return true;
        }

        return classifiers.Count == 0
            ? MayExtend(role) && delegator.Contains("")
            : classifiers.All(classifier => IsLegal(delegator, role, classifier));
    }

    /// <summary>Whether one classifier is legal below <paramref name="delegator"/>'s classifiers.</summary>
    public static bool IsLegal(IReadOnlyList<string> delegator, PeerRole role, string classifier) =>
        delegator.Count == 0 || delegator.Any(allowed => MayExtend(role)
            ? classifier.StartsWith(allowed, StringComparison.Ordinal)
            : classifier == allowed);

    /// <summary>Whether a subject with this role may extend its classifiers and delegate further (MS-PNRP 1.3.2).</summary>
    public static bool MayExtend(PeerRole role) => role is PeerRole.Admin or PeerRole.InvitingMember;

    /// <summary>Whether every classifier follows the grammar.</summary>
    public static bool AreWellFormed(IReadOnlyList<string> classifiers) =>
        classifiers.All(classifier => PeerNameSyntax.IsClassifier(classifier));
}
