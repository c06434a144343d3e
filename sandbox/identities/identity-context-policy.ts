// AWSIAMIdentityCenterAllowListForIdentityContext: what a session may do at most that acts for a user of the directory.
import type { PolicyDocument } from './policy-document.ts';

/**
 * Version 12, by service.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSIAMIdentityCenterAllowListForIdentityContext.html
 */
const actions: Readonly<Record<string, string>> = {
  aoss: 'APIAccessAll',
  athena: `
    BatchGetNamedQuery BatchGetPreparedStatement BatchGetQueryExecution
    CreateNamedQuery CreatePreparedStatement DeleteNamedQuery DeletePreparedStatement
    GetDatabase GetDataCatalog GetNamedQuery GetPreparedStatement GetQueryExecution GetQueryResults
    GetQueryResultsStream GetQueryRuntimeStatistics GetTableMetadata GetWorkGroup
    ListDatabases ListDataCatalogs ListNamedQueries ListPreparedStatements ListQueryExecutions
    ListTableMetadata ListWorkGroups
    StartQueryExecution StopQueryExecution UpdateNamedQuery UpdatePreparedStatement`,
  elasticmapreduce: `
    AddJobFlowSteps CancelSteps DescribeCluster DescribeStep GetClusterSessionCredentials ListSteps`,
  es: 'ESHttpDelete ESHttpGet ESHttpHead ESHttpPatch ESHttpPost ESHttpPut',
  glue: `
    BatchCreatePartition BatchDeletePartition BatchDeleteTable BatchGetPartition BatchUpdatePartition
    CreateDatabase CreatePartition CreateTable
    DeleteColumnStatisticsForPartition DeleteColumnStatisticsForTable DeleteDatabase DeletePartition DeleteTable
    GetColumnStatisticsForPartition GetColumnStatisticsForTable GetDatabase GetDatabases
    GetPartition GetPartitions GetTable GetTables GetTableVersions
    SearchTables
    UpdateColumnStatisticsForPartition UpdateColumnStatisticsForTable UpdateDatabase UpdatePartition UpdateTable`,
  lakeformation: 'GetDataAccess',
  q: `
    GetConversation GetTroubleshootingResults ListConversations SendMessage StartConversation
    StartTroubleshootingAnalysis StartTroubleshootingResolutionExplanation UpdateTroubleshootingCommandResult`,
  qapps: `
    AssociateLibraryItemReview AssociateQAppWithUser CopyQApp CreateLibraryItem CreateLibraryItemReview
    CreateQApp CreateSubscriptionToken DeleteQApp DisassociateLibraryItemReview DisassociateQAppFromUser
    ExportQAppSessionData GetLibraryItem GetQApp GetQAppSession GetQAppSessionMetadata
    ImportDocument ImportDocumentToQApp ImportDocumentToQAppSession
    ListLibraryItems ListQApps ListQAppSessionData
    PredictProblemStatementFromConversation PredictQApp PredictQAppFromProblemStatement
    StartQAppSession StopQAppSession TagResource
    UpdateLibraryItem UpdateQApp UpdateQAppSession UpdateQAppSessionMetadata`,
  qbusiness: 'Chat ChatSync DeleteConversation ListConversations ListMessages PutFeedback',
  s3: 'GetAccessGrantsInstanceForPrefix GetDataAccess ListCallerAccessGrants',
  sts: 'SetContext',
};

/** It allows nothing by itself, and denies all that is not in the list. */
export const allowListForIdentityContext: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'TrustedIdentityPropagation',
      Effect: 'Deny',
      NotAction: Object.entries(actions).flatMap(([service, names]) =>
        names
          .trim()
          .split(/\s+/)
          .map((name) => `${service}:${name}`),
      ),
      Resource: '*',
    },
  ],
};
