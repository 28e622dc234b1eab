CREATE TABLE `evaluator_revisions` (
	`tenant_id` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`revision` integer NOT NULL,
	`config` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `evaluator_id`, `revision`)
);
--> statement-breakpoint
CREATE TABLE `evaluators` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`latest_revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `evaluators_name` ON `evaluators` (`tenant_id`,`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE TABLE `required_evaluations` (
	`tenant_id` text NOT NULL,
	`environment_id` text NOT NULL,
	`environment` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`evaluator` text NOT NULL,
	`evaluator_revision` integer NOT NULL,
	`dataset_id` text NOT NULL,
	`dataset` text NOT NULL,
	`dataset_version` integer NOT NULL,
	`threshold` real NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `environment_id`)
);
--> statement-breakpoint
CREATE INDEX `required_evaluations_evaluator` ON `required_evaluations` (`tenant_id`,`evaluator_id`);--> statement-breakpoint
CREATE INDEX `required_evaluations_dataset` ON `required_evaluations` (`tenant_id`,`dataset_id`);--> statement-breakpoint
CREATE TABLE `version_scores` (
	`tenant_id` text NOT NULL,
	`version_id` text NOT NULL,
	`evaluator_id` text NOT NULL,
	`dataset_id` text NOT NULL,
	`evaluator_revision` integer NOT NULL,
	`dataset_version` integer NOT NULL,
	`model` text NOT NULL,
	`evaluation_id` text NOT NULL,
	`score` real NOT NULL,
	`n` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `version_id`, `evaluator_id`, `dataset_id`, `evaluator_revision`, `dataset_version`, `model`)
);
